"""Pages of the steering group."""
