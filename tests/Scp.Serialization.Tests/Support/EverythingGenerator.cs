using Scp.Serialization.Tests.Messages;

namespace Scp.Serialization.Tests.Support;

/// <summary>Arbitrary instances of <see cref="Everything"/> from a seed.</summary>
internal static class EverythingGenerator
{
    public static Everything Next(Random random)
    {
        ValueGenerator values = new(random);
        return new Everything
        {
            Boolean = random.Next(2) == 0,
            SByte = (sbyte)Bits(),
            Byte = (byte)Bits(),
            Int16 = (short)Bits(),
            UInt16 = (ushort)Bits(),
            Int32 = (int)Bits(),
            UInt32 = (uint)Bits(),
            Int64 = Bits(),
            UInt64 = (ulong)Bits(),
            Single = random.NextSingle(),
            Double = random.NextDouble(),
            Text = Text(),
            MaybeText = Maybe(Text),
            Bytes = values.Bytes(random.Next(40)),
            MaybeBytes = Maybe(() => values.Bytes(random.Next(4))),
            Memory = values.Bytes(random.Next(4)),
            Level = random.Next(2) == 0 ? Level.Low : (Level)Bits(),
            MaybeLevel = random.Next(2) == 0 ? Level.High : null,
            MaybeInt32 = random.Next(2) == 0 ? (int)Bits() : null,
            At = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc),
            Id = NextGuid(),
            MaybeId = random.Next(2) == 0 ? NextGuid() : null,
            Node = Node(),
            MaybeNode = random.Next(2) == 0 ? Node() : null,
            Nested = Inner(),
            MaybeNested = Maybe(Inner),
            Jagged = Many(() => Many(() => (int)Bits())),
            MaybeTexts = Maybe(() => Many(() => Maybe(Text))),
            Lists = [.. Many(() => Many(() => Maybe(Inner)).ToList())],
            Map = Many(Node).Distinct().ToDictionary(node => node, _ => Many(Text).ToList()),
            MaybeMap = Maybe(() => Many(Text).Distinct().ToDictionary(text => text, _ => random.Next(2) == 0 ? (int?)null : (int)Bits())),
            Blobs = Many(() => Maybe(() => values.Bytes(random.Next(4)))),
            Exact = values.Timestamp(),
            Field = (int)Bits(),
            Hidden = Bits(),
            @class = (int)Bits(),
            Ignored = 1,
        };

        long Bits() => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
        string Text() => values.String(random.Next(12));
        NodeId Node() => new((ulong)Bits());
        Everything.Inner Inner() => new((int)Bits());
        Guid NextGuid() => new(values.Bytes(16));
        T? Maybe<T>(Func<T> create)
            where T : class => random.Next(2) == 0 ? create() : null;
        T[] Many<T>(Func<T> create) => [.. Enumerable.Range(0, random.Next(5)).Select(_ => create())];
    }
}
