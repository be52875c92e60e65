/// Products of matrices: OpenBLAS and cuBLAS by [dev.sheaf.foreign], and plain Java.
package dev.sheaf.linalg;
