"""What the market was: the series catalogue, the store, snapshots of it, and its sources."""
