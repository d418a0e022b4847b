"""The sections of the report, one file each: rows of the published tables turned into what the templates print."""
