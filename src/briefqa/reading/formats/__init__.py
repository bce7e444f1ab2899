"""One module per format; each turns a file into `base.Extract`, the same for all of them."""
