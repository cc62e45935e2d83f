"""What people send: its text in the form in which it is stored, and an answer to what no form of ours sends."""
