"""From a plan to a spool file: the only code that runs on the observed host."""
