namespace LoadGen.Wan;

/// <summary>What is done over the path.</summary>
internal enum WanPart
{
    /// <summary>200 requests a second.</summary>
    Small,

    /// <summary>20 requests a second: each is alone on the path.</summary>
    Thin,

    /// <summary>200 requests a second while bulk fills a path of 50 Mbit/s.</summary>
    Beside,

    /// <summary>One transfer.</summary>
    Bulk,
}
