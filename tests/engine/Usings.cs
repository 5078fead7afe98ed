// What every file of this project uses.
global using Shouldly;
global using Xunit;
