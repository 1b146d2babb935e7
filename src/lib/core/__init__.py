"""Pure decisions and the values they are made of."""
