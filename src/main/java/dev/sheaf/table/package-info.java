/// Tables in files: CSV, gzipped or not, and two-dimensional `.npy` arrays.
package dev.sheaf.table;
