"""How deep the municipalities go into the applications: stages, what is stuck, who is trained, a profile of each."""
