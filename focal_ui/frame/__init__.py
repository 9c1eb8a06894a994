"""What stands around every page: its looks, the settings of a visit, and what a failure says."""
