// What every app of CDKTF takes before its first line.
import "cdktf";
