"""Pages: what groups sign, reports, and the figures that everybody reads."""
