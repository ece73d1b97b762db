"""Disks and what is made of them: traffic, queues, errors, settings, RAID, volumes, and what they say of themselves."""
