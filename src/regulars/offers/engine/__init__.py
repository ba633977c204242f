"""What a basket costs a customer now: pure, exact, and with the reasons."""
