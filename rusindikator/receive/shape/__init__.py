"""From a table as delivered to the shape of its contract: a file for each kind and each idea."""
