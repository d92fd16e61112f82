"""What ours is compared with: the same work as a plain Django project would do it."""
