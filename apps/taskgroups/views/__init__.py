"""Pages of stages, outputs and suggestions. Who may and when is decided by the models."""
