"""The local AWS: Vigía deployed by SAM as it is, on this machine."""
