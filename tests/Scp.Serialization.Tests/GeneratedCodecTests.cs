using FsCheck;
using Scp.Serialization.Oracle;
using Scp.Serialization.Tests.Messages;
using Scp.Serialization.Tests.Support;

namespace Scp.Serialization.Tests;

/// <summary>What the generator makes of the messages beside this file.</summary>
public sealed class GeneratedCodecTests
{
    [Property(MaxTest = 500)]
    public void EveryTypeOfMemberTravels(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        Everything message = EverythingGenerator.Next(random);
        string expected = message.ToWireValue().Describe();

        byte[] encoded = MessagePackSerializer.Serialize(message);
        Assert.That(OracleDecoder.Decode(encoded, MessagePackLimits.Default).Value?.Describe(), Is.EqualTo(expected));

        Assert.That(MessagePackSerializer.TryDeserialize<Everything>(encoded, out Everything? whole, out _), Is.True);
        Assert.That(whole!.ToWireValue().Describe(), Is.EqualTo(expected));
        Assert.That(MessagePackSerializer.TryDeserialize<Everything>(Segments.Cut(encoded, random), out Everything? cut, out _), Is.True);
        Assert.That(cut!.ToWireValue().Describe(), Is.EqualTo(expected));
        Assert.That(whole.Ignored, Is.Zero);
    }

    [Property(MaxTest = 5000)]
    public void SpoiledMessagesMeetOneFateAndNeverThrow(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        byte[] bytes = Mutator.Mutate(MessagePackSerializer.Serialize(EverythingGenerator.Next(random)), random);
        bool wholeRead = MessagePackSerializer.TryDeserialize<Everything>(bytes, out Everything? whole, out MessagePackError wholeError);
        bool cutRead = MessagePackSerializer.TryDeserialize<Everything>(Segments.Cut(bytes, random), out Everything? cut, out MessagePackError cutError);

        Assert.That(cutError, Is.EqualTo(wholeError));
        Assert.That(cutRead, Is.EqualTo(wholeRead));
        Assert.That(wholeRead, Is.EqualTo(wholeError == MessagePackError.None));
        if (wholeRead)
        {
            Assert.That(cut!.ToWireValue().Describe(), Is.EqualTo(whole!.ToWireValue().Describe()));
        }
    }

    [Test]
    public void AnOlderReaderSkipsWhatItDoesNotKnow()
    {
        Versions.Second newer = new(1, "a", 2, "note", [1, 2, 3]);
        Assert.That(Convert<Versions.Second, Versions.First>(newer), Is.EqualTo(new Versions.First(1, "a", 2)));
    }

    [Test]
    public void ANewerReaderFillsInWhatIsMissing()
    {
        Versions.Second? read = Convert<Versions.First, Versions.Second>(new Versions.First(1, "a", 2));
        Assert.That(read!.Note, Is.Null);
        Assert.That(read.Tags, Is.Empty);
        Assert.That(read.Retired, Is.EqualTo(2));
    }

    [Test]
    public void AnUnusedKeyIsNilAndReadsAsTheDefault()
    {
        Versions.Third newest = new(1, "a", "note", [9]);
        Assert.That(System.Convert.ToHexString(MessagePackSerializer.Serialize(newest)), Is.EqualTo("9501A161C0A46E6F74659109"));
        Assert.That(Convert<Versions.Third, Versions.First>(newest), Is.EqualTo(new Versions.First(1, "a", 0)));
        Assert.That(Convert<Versions.Second, Versions.Third>(new(1, "a", 7, "note", [9]))!.Tags, Is.EqualTo(new[] { 9 }));
    }

    [TestCase("90", MessagePackError.MissingMember)]
    [TestCase("91C0", MessagePackError.MissingMember)]
    [TestCase("C0", MessagePackError.UnexpectedType)]
    [TestCase("9190", MessagePackError.None)]
    [TestCase("919005", MessagePackError.TrailingBytes)]
    public void ANestedMessageThatMayNotBeNullMustBeThere(string hex, MessagePackError expected)
    {
        bool read = MessagePackSerializer.TryDeserialize<Versions.Envelope>(
            System.Convert.FromHexString(hex), out Versions.Envelope? envelope, out MessagePackError error);
        Assert.That(error, Is.EqualTo(expected));
        Assert.That(read, Is.EqualTo(expected == MessagePackError.None));
        Assert.That(envelope, expected == MessagePackError.None ? Is.EqualTo(new Versions.Envelope(new(0, "", 0))) : Is.Null);
    }

    [Test]
    public void AKeyThatComesTwiceIsRefused()
    {
        WireValue map = WireValue.OfMap(WireValue.OfString("a"), WireValue.OfInteger(1), WireValue.OfString("a"), WireValue.OfInteger(2));
        WireValue message = WireValue.OfArray([.. Enumerable.Repeat(WireValue.Nil, 26), WireValue.OfArray(), .. Enumerable.Repeat(WireValue.Nil, 5), map]);
        Assert.That(MessagePackSerializer.TryDeserialize<Everything>(ValueWriter.Encode(message), out _, out MessagePackError error), Is.False);
        Assert.That(error, Is.EqualTo(MessagePackError.DuplicateKey));
    }

    [TestCase(31, MessagePackError.None)]
    [TestCase(32, MessagePackError.TooDeep)]
    [TestCase(100_000, MessagePackError.TooDeep)]
    public void AMessageInsideItselfEndsAtTheLimit(int levels, MessagePackError expected)
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x91, levels), 0x90];
        _ = MessagePackSerializer.TryDeserialize<Tree>(bytes, out _, out MessagePackError error);
        Assert.That(error, Is.EqualTo(expected));
    }

    [Test]
    public void EveryShapeIsPutTogetherAgain()
    {
        Assert.That(Hex(new Shapes.Ping()), Is.EqualTo("90"));
        Assert.That(Convert<Shapes.Ping, Shapes.Ping>(new()), Is.Not.Null);

        Shapes.Constructed constructed = Convert<Shapes.Constructed, Shapes.Constructed>(new(4, "n") { Extra = 6 })!;
        Assert.That((constructed.Id, constructed.Name, constructed.Extra), Is.EqualTo((4, "n", 6)));

        Shapes.Range range = Convert<Shapes.Range, Shapes.Range>(new(-1, 1));
        Assert.That((range.From, range.To), Is.EqualTo((-1L, 1L)));

        Shapes.Point point = Convert<Shapes.Point, Shapes.Point>(new() { X = 1, Y = 2 });
        Assert.That((point.X, point.Y), Is.EqualTo((1, 2)));

        Assert.That(Convert<Shapes.Private, Shapes.Private>(Shapes.Private.Of(8))!.Value, Is.EqualTo(8));

        Shapes.Mixed mixed = new(1) { Name = "x" };
        Assert.That(Convert<Shapes.Mixed, Shapes.Mixed>(mixed), Is.EqualTo(mixed));
    }

    [Test]
    public void AHandwrittenCodecServesAsAMember()
    {
        Shapes.Weather read = Convert<Shapes.Weather, Shapes.Weather>(new(new(21.5), null, [new(1), new(2)]))!;
        Assert.That(read.High.Degrees, Is.EqualTo(21.5));
        Assert.That(read.Low, Is.Null);
        Assert.That(read.Hourly, Is.EqualTo(new Shapes.Celsius[] { new(1), new(2) }));
    }

    private static string Hex<T>(T message)
        where T : IMessagePackSerializable<T> => System.Convert.ToHexString(MessagePackSerializer.Serialize(message));

    /// <summary>What a program with one version of a message makes of another's.</summary>
    private static TTo? Convert<TFrom, TTo>(TFrom message)
        where TFrom : IMessagePackSerializable<TFrom>
        where TTo : IMessagePackSerializable<TTo>
    {
        Assert.That(
            MessagePackSerializer.TryDeserialize<TTo>(MessagePackSerializer.Serialize(message), out TTo? read, out MessagePackError error),
            Is.True,
            error.ToString());
        return read;
    }
}
