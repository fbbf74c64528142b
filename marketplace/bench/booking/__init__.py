"""What booking promises of speed and fairness under contention, beside SQL written by hand."""
