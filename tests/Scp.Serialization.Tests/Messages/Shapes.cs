using System.Diagnostics.CodeAnalysis;

namespace Scp.Serialization.Tests.Messages;

/// <summary>The ways in which a type can be put together again.</summary>
public static partial class Shapes
{
    /// <summary>No members: an empty array.</summary>
    [MessagePackObject]
    public sealed partial class Ping;

    /// <summary>Immutable, through its constructor; one member besides is set.</summary>
    [MessagePackObject]
    public sealed partial class Constructed
    {
        public Constructed(int id, string name)
        {
            Id = id;
            Name = name;
        }

        [Key(0)]
        public int Id { get; }

        [Key(1)]
        public string Name { get; }

        [Key(2)]
        public int Extra { get; set; }
    }

    /// <summary>A readonly struct with a constructor.</summary>
    [MessagePackObject]
    public readonly partial struct Range
    {
        public Range(long from, long to)
        {
            From = from;
            To = to;
        }

        [Key(0)]
        public long From { get; }

        [Key(1)]
        public long To { get; }
    }

    /// <summary>A mutable struct of fields.</summary>
    [MessagePackObject]
    public partial struct Point
    {
        [Key(0)]
        internal int X;

        [Key(1)]
        internal int Y;
    }

    /// <summary>Created by itself alone.</summary>
    [MessagePackObject]
    public sealed partial class Private
    {
        private Private()
        {
        }

        [Key(0)]
        public int Value { get; private set; }

        public static Private Of(int value) => new() { Value = value };
    }

    /// <summary>A record with more than its parameters.</summary>
    [MessagePackObject]
    public partial record Mixed([Key(0)] int Id)
    {
        [Key(1)]
        public required string Name { get; init; }
    }

    /// <summary>Written by hand, and a member of a generated message all the same.</summary>
    public readonly record struct Celsius(double Degrees) : IMessagePackSerializable<Celsius>
    {
        public void Write(ref MessagePackWriter writer) => writer.WriteDouble(Degrees);

        public static bool TryRead(ref MessagePackReader reader, [MaybeNullWhen(false)] out Celsius value)
        {
            bool read = reader.TryReadDouble(out double degrees);
            value = new Celsius(degrees);
            return read;
        }
    }

    [MessagePackObject]
    public sealed partial record Weather([Key(0)] Celsius High, [Key(1)] Celsius? Low, [Key(2)] List<Celsius> Hourly);
}
