"""How other systems are asked to do something: a folder a vendor, a module an operation."""
