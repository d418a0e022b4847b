"""Readers of the file formats: each returns what a file holds as cells, and what it says of them."""
