"""What the pages say of their state, and what stands around their pictures."""
