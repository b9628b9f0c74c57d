"""Takes decision tables to CSV and XLSX files and back, without loss."""
