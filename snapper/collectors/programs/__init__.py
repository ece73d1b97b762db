"""Processes, one file of /proc/PID each, which the analysis folds into programs."""
