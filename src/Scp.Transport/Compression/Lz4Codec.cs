using System.Diagnostics.CodeAnalysis;
using Scp.Protocol.Streams;

namespace Scp.Transport.Compression;

/// <summary>
/// LZ4 blocks by the reference library, liblz4. It holds nothing between calls, so one serves every session and thread.
/// No bytes, however hostile, make it throw or read or write outside what it was given.
/// </summary>
public sealed class Lz4Codec : IBlockCodec
{
    private static readonly Lazy<string?> Fault = new(FindFault);

    private Lz4Codec()
    {
    }

    /// <summary>True when liblz4 is there and works.</summary>
    public static bool IsSupported => Fault.Value is null;

    /// <summary>The codec, or one sentence that says what is missing and what to do.</summary>
    public static bool TryLoad([NotNullWhen(true)] out Lz4Codec? codec, [NotNullWhen(false)] out string? fault)
    {
        fault = Fault.Value;
        codec = fault is null ? new Lz4Codec() : null;
        return codec is not null;
    }

    public unsafe int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            // The library would take no room for room that needs no checking.
            return 0;
        }

        fixed (byte* from = source, to = destination)
        {
            return Math.Max(0, Lz4Native.Compress(from, to, source.Length, destination.Length));
        }
    }

    public unsafe bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source, to = destination)
        {
            return Lz4Native.Decompress(from, to, source.Length, destination.Length) == destination.Length;
        }
    }

    private static string? FindFault()
    {
        try
        {
            _ = Lz4Native.VersionNumber();
        }
        catch (DllNotFoundException)
        {
            return $"{Lz4Native.Library} was not found: install it (Debian: liblz4-1), or run without compression.";
        }
        catch (EntryPointNotFoundException)
        {
            return $"{Lz4Native.Library} is not the LZ4 library: install it anew (Debian: liblz4-1), or run without compression.";
        }

        return WorksOnASample(new Lz4Codec()) ? null
            : $"{Lz4Native.Library} does not give back what it compressed: install it anew (Debian: liblz4-1), or run without compression.";
    }

    private static bool WorksOnASample(Lz4Codec codec)
    {
        ReadOnlySpan<byte> sample = "what is said twice is said twice, what is said twice is said twice"u8;
        Span<byte> block = stackalloc byte[sample.Length];
        Span<byte> back = stackalloc byte[sample.Length];
        int bytes = codec.Compress(sample, block);
        return bytes > 0 && codec.TryDecompress(block[..bytes], back) && back.SequenceEqual(sample);
    }
}
