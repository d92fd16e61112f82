"""Settings: `service` is what Django reads; the rest helps to read, check and log."""
