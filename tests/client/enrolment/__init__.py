"""Getting in: what is asked, what is kept at each step, who vouches for whom."""
