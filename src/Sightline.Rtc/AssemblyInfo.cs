using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sightline.Rtc.Tests")]
