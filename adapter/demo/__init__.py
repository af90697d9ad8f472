"""The demonstration, and the services it and the tests run on."""
