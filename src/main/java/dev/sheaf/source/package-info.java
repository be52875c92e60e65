/// Java source files of the user's, compiled when they are wanted.
package dev.sheaf.source;
