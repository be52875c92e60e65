/// Arrays in files: NumPy's `.npy` and `.npz`, parts of arrays as NumPy slices them, and output
/// files that several ranks write together and that appear under their name only when whole.
package dev.sheaf.array;
