"""What goes wrong in a story: `plan` draws it, `injector` carries it out at every outside call."""
