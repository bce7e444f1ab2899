"""What stands between the network and the page: who may ask, for what, and how often."""
