"""What follows: pure rules, one topic a file. `ls` is the table of contents."""
