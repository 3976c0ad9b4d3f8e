using System.Text;
using Scp.Serialization.Oracle;

namespace Scp.Serialization.Tests.Support;

/// <summary>Arbitrary values from a seed, leaning towards the sizes where the format changes its form.</summary>
internal sealed class ValueGenerator(Random random, bool singles = true, bool doubles = true, sbyte minExtensionType = sbyte.MinValue)
{
    private static readonly int[] EdgeSizes = [0, 1, 2, 4, 8, 15, 16, 17, 31, 32, 33, 255, 256, 257];
    private static readonly string[] Alphabets = ["abcXYZ012 _", "äöüßéñø", "日本語中文字", "😀🚀🧪", "aé日😀\0\u007f"];

    public WireValue Next(int depth = 4)
    {
        switch (random.Next(depth > 0 ? 12 : 9))
        {
            case 0:
                return WireValue.Nil;
            case 1:
                return WireValue.OfBoolean(random.Next(2) == 0);
            case 2 or 3 or 4:
                return WireValue.OfInteger(Integer());
            case 5:
                return Float();
            case 6:
                return WireValue.OfString(String(Size(300)));
            case 7:
                return WireValue.OfBinary(Bytes(Size(300)));
            case 8:
                return random.Next(2) == 0 ? WireValue.OfTimestamp(Timestamp()) : Extension(Size(40));
            case 9 or 10:
                return WireValue.OfArray(Items(Size(20), depth));
            default:
                return WireValue.OfMap(Items(2 * Size(18), depth));
        }
    }

    public Int128 Integer()
    {
        Int128 bits = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
        Int128 near = bits + random.Next(-2, 3);
        Int128 value = random.Next(2) == 0 ? near : (Int128.One << random.Next(65)) - random.Next(0, 3);
        value = random.Next(2) == 0 ? value : -value;
        return Int128.Clamp(value, long.MinValue, ulong.MaxValue);
    }

    public MessagePackTimestamp Timestamp()
    {
        uint nanoseconds = random.Next(3) == 0 ? 0 : (uint)random.Next(1_000_000_000);
        long seconds = random.Next(4) switch
        {
            0 => random.NextInt64(0, 1L << 32),
            1 => random.NextInt64(0, 1L << 34),
            2 => (1L << random.Next(31, 36)) + random.Next(-1, 2),
            _ => random.NextInt64(long.MinValue, long.MaxValue),
        };
        return new MessagePackTimestamp(seconds, nanoseconds);
    }

    public string String(int chars)
    {
        string alphabet = Alphabets[random.Next(Alphabets.Length)];
        Rune[] runes = [.. alphabet.EnumerateRunes()];
        StringBuilder text = new();
        for (int i = 0; i < chars; i++)
        {
            _ = text.Append(runes[random.Next(runes.Length)].ToString());
        }

        return text.ToString();
    }

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    public WireValue Extension(int bytes)
    {
        // The type -1 is a timestamp's, whose payload is not arbitrary.
        sbyte type = (sbyte)random.Next(minExtensionType, sbyte.MaxValue + 1);
        return WireValue.OfExtension(type == -1 ? (sbyte)1 : type, Bytes(bytes));
    }

    private WireValue Float()
    {
        if (singles && (!doubles || random.Next(2) == 0))
        {
            float single = BitConverter.Int32BitsToSingle((int)random.NextInt64(int.MinValue, 1L << 31));
            return WireValue.OfSingle(float.IsNaN(single) ? float.NaN : single);
        }

        double number = random.Next(2) == 0
            ? random.Next(-1000, 1000) / 8.0
            : BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        return doubles ? WireValue.OfDouble(double.IsNaN(number) ? double.NaN : number) : WireValue.OfBoolean(true);
    }

    private int Size(int most)
    {
        int size = random.Next(3) == 0 ? EdgeSizes[random.Next(EdgeSizes.Length)] : random.Next(6);
        return Math.Min(size, most);
    }

    private List<WireValue> Items(int count, int depth)
    {
        List<WireValue> items = [];
        for (int i = 0; i < count; i++)
        {
            items.Add(Next(depth - 2));
        }

        return items;
    }
}
