"""Damages that a source or an editor of the catalogue could plausibly do, and what becomes of each (`make mutants`)."""
