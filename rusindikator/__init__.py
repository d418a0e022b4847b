"""Tools around the indicator warehouse: the register of deliveries and the demonstration deliveries."""
