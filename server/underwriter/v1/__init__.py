"""Generated from protos/underwriter/v1 by `make proto`; never edited by hand."""
