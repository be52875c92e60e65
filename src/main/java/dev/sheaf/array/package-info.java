/// Arrays in files: the header of NumPy's `.npy` format, and output files that several ranks write
/// together and that appear under their name only when whole.
package dev.sheaf.array;
