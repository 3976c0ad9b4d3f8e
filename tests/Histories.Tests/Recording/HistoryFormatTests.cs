using Histories.Recording;
using Histories.Tests.Support;

namespace Histories.Tests.Recording;

public sealed class HistoryFormatTests
{
    private const string Times = "\"start_ns\":1,\"end_ns\":2,\"status\":\"ok\"";

    [Test]
    public void Every_kind_is_read()
    {
        History history = Read(
            $$"""{"process":7,"op":"get","key":"x","input":null,"output":"a",{{Times}}}""",
            $$"""{"process":"7","op":"get","key":"x","output":null,{{Times}}}""",
            $$"""{"process":"c","op":"put","key":"x","input":"a","output":null,{{Times}}}""",
            $$"""{"process":1,"op":"cas","key":"x","input":{"old":null,"new":"b"},"output":true,{{Times}}}""",
            $$"""{"process":1,"op":"delete","key":"x",{{Times}}}""",
            $$"""{"process":1,"op":"txn","key":null,"input":{"reads":["x","y"],"writes":{"x":"c"} },"output":["a",null],{{Times}}}""",
            $$"""{"process":1,"op":"txn","input":{"reads":["x","y"],"writes":{} },"output":{"y":null,"x":"a"},{{Times}}}""",
            """{"process":1,"op":"put","key":"x","input":"a","output":null,"start_ns":1,"end_ns":null,"status":"unknown"}""");
        Assert.That(history.Operations.Select(o => o.ToString()), Is.EqualTo(new[]
        {
            "process 7: get \"x\" -> \"a\"",
            "process 7: get \"x\" -> nothing",
            "process c: put \"x\" = \"a\"",
            "process 1: cas \"x\" nothing to \"b\" -> swapped",
            "process 1: delete \"x\"",
            "process 1: txn read [\"x\", \"y\"] write [\"x\" = \"c\"] -> \"x\" = \"a\", \"y\" = nothing",
            "process 1: txn read [\"x\", \"y\"] write [] -> \"x\" = \"a\", \"y\" = nothing",
            "process 1: put \"x\" = \"a\", fate unknown",
        }));
        Assert.That(history.Operations[^1].EndNs, Is.Null);
    }

    [Test]
    public void What_is_written_is_read_back()
    {
        List<Operation> operations = new RandomStore(5) { Operations = 500, Keys = 3, UnknownShare = 0.2, CasShare = 0.3, TxnShare = 0.3 }.Run();
        operations.Add(Operation.Put("a \"key\"\n\u2028", "\\ \0 ü 🙂").At(1, 2));
        operations.Add(Operation.Delete("x").FailedAt(long.MaxValue - 1, long.MaxValue));
        string text = operations.Text();
        History back = HistoryReader.Read(new StringReader(text));
        Assert.That(back.Operations.Text(), Is.EqualTo(text));
        Assert.That(back.Operations.Select(o => (o.ToString(), o.StartNs, o.EndNs)), Is.EqualTo(operations.Select(o => (o.ToString(), o.StartNs, o.EndNs))));
    }

    [Test]
    public void The_format_is_the_agreed_one() => Assert.That(
        new[] { Operation.Cas("x", "a", "b", swapped: false).At(3, 4), Operation.Txn([("x", "a")], [("y", "b")]).UnknownFrom(5) }.Text(),
        Is.EqualTo("""
            {"process":"0","op":"cas","key":"x","input":{"old":"a","new":"b"},"output":false,"start_ns":3,"end_ns":4,"status":"ok"}
            {"process":"0","op":"txn","key":null,"input":{"reads":["x"],"writes":{"y":"b"}},"output":null,"start_ns":5,"end_ns":null,"status":"unknown"}

            """));

    [TestCase("", "not one JSON object")]
    [TestCase("[]", "the operation is not an object")]
    [TestCase("""{"op":"get","key":"x","output":null,T} {}""", "not one JSON object")]
    [TestCase("""{"op":"get","key":"x","output":null,"op":"get",T}""", "not one JSON object")]
    [TestCase("""{"op":"get","key":"x","output":null,"extra":1,T}""", "unknown property \"extra\"")]
    [TestCase("""{"op":"get","output":null,T}""", "\"key\" is missing or not a string")]
    [TestCase("""{"op":"get","key":"x",T}""", "\"output\" is missing")]
    [TestCase("""{"op":"get","key":"x","output":5,T}""", "neither a string nor null")]
    [TestCase("""{"op":"get","key":"x","input":"a","output":null,T}""", "\"input\" must be null")]
    [TestCase("""{"op":"scan","key":"x",T}""", "\"op\" is \"scan\"")]
    [TestCase("""{"op":"put","key":"x","input":null,T}""", "\"input\" is missing or not a string")]
    [TestCase("""{"op":"put","key":"x","input":"a","output":"a",T}""", "\"output\" must be null")]
    [TestCase("""{"op":"cas","key":"x","input":{"old":"a"},"output":true,T}""", "\"new\" is missing")]
    [TestCase("""{"op":"cas","key":"x","input":{"old":"a","new":"b"},"output":"true",T}""", "neither true nor false")]
    [TestCase("""{"op":"cas","key":"x","input":{"old":"a","new":"b","if":1},"output":true,T}""", "\"input\" has an unknown property")]
    [TestCase("""{"op":"txn","key":"x","input":{"reads":[],"writes":{}},"output":[],T}""", "\"key\" must be null")]
    [TestCase("""{"op":"txn","input":{"reads":["x","x"],"writes":{}},"output":["a","a"],T}""", "names \"x\" twice")]
    [TestCase("""{"op":"txn","input":{"reads":["x"],"writes":{}},"output":[],T}""", "as many values as keys")]
    [TestCase("""{"op":"txn","input":{"reads":["x"],"writes":{}},"output":{"y":"a"},T}""", "has nothing for \"x\"")]
    [TestCase("""{"op":"txn","input":{"reads":[],"writes":{"x":null}},"output":[],T}""", "has no string for \"x\"")]
    [TestCase("""{"op":"delete","key":"x","start_ns":5,"end_ns":4,"status":"ok"}""", "before its start")]
    [TestCase("""{"op":"delete","key":"x","start_ns":5,"status":"ok"}""", "\"end_ns\" is missing")]
    [TestCase("""{"op":"delete","key":"x","end_ns":5,"status":"ok"}""", "\"start_ns\" is missing")]
    [TestCase("""{"op":"delete","key":"x","start_ns":1.5,"end_ns":5,"status":"ok"}""", "not a whole number")]
    [TestCase("""{"op":"delete","key":"x","start_ns":1,"end_ns":5,"status":"done"}""", "\"status\" is \"done\"")]
    [TestCase("""{"op":"get","key":"x","output":"a","start_ns":1,"end_ns":5,"status":"unknown"}""", "has no output")]
    public void A_wrong_line_is_named(string line, string problem)
    {
        string good = $$"""{"process":1,"op":"delete","key":"x",{{Times}}}""";
        string wrong = line.Replace("T}", Times + "}", StringComparison.Ordinal).Replace("{\"op\"", "{\"process\":1,\"op\"", StringComparison.Ordinal);
        HistoryFormatException? thrown = Assert.Throws<HistoryFormatException>(() => Read(good, wrong, good));
        Assert.That(thrown!.Message, Does.StartWith("line 2: ").And.Contain(problem));
        Assert.That(thrown.Line, Is.EqualTo(2));
    }

    private static History Read(params string[] lines) => HistoryReader.Read(new StringReader(string.Join('\n', lines) + "\n"));
}
