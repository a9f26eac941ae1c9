"""What a finished version says of itself in the forms that others read, each made from its manifest and files alone."""
