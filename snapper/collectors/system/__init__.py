"""The distribution's part: packages, services and their log, versions, limits."""
