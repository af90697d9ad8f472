"""What is done besides, now and then: cleaning up, erasing, telling people what waits."""
