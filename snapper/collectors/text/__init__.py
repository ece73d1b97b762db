"""Forms of text that several sources share."""
