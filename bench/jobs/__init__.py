"""What is measured of ours: each module has acts for `bench.child`."""
