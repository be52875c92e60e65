/// Calls to native libraries by `java.lang.foreign`: one shape for all functions, linked once.
package dev.sheaf.foreign;
