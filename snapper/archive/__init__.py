"""From a spool to one Parquet file, and from such files back to reads."""
